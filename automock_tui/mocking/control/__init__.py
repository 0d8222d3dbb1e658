"""MockServer's control plane: expectations, retrieve, verify, clear, reset, status; `PUT /mockserver/...`."""
