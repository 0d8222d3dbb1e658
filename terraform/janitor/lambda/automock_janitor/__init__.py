"""The janitor: warns before a deployment's TTL ends, tears the deployment down after it, and proves it.

Runs as a Lambda every few minutes and, as `automock-tui reap`, on any machine. boto3 and the standard
library only, because it is shipped as it is. Every run may end anywhere: the next one looks at what is there
and goes on.
"""
