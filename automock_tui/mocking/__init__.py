"""What expectations do: match a request, explain a miss, render the answer, serve it over HTTP.

It answers as MockServer 8.0.0 does, which its conformance tests ask side by side. Nothing here knows about
projects, workspaces or the screen.
"""
