"""The emulated AWS account on this machine.

`account` starts, finds and ends it and is all that the rest of the product uses; `server` is its process, which
runs moto with the `additions` that Terraform's AWS provider and our own code need.
"""
