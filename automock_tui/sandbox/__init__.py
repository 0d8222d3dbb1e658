"""The emulated AWS account on this machine."""
