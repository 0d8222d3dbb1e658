"""Terraform: the stack's files, the runs, and the jobs that hold them."""
