"""Sessions and live facts from an AWS account (or an emulated one)."""
