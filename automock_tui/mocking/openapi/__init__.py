"""OpenAPI descriptions at work: requests matched by operation, expectations and answers made from them.

What answers are made of are MockServer's own samples (`some_string_value`, `2018-11-13`), not the importers'
realistic ones: a description that is put to this engine has to answer as it does there.
"""
