"""Mocks in a process of their own, which ends with the one that started it: its client is `host.MockHost`."""
