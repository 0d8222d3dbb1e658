"""The models behind the expectation editor; nothing in here knows Textual."""
