"""Response and forward templates, VELOCITY and MUSTACHE, as MockServer renders them.

Templates see plain values only (texts, numbers, lists, maps, beans with named members), never Python objects:
a template can reach nothing but what it is given.
"""
