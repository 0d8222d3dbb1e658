"""The verbs, one module each; the command line and the app call these."""
