"""Who may talk to the studio: one layer outside of everything else.

A server on this machine can be reached by every page that the browser shows. What keeps them out:
a Host that no foreign name resolves to, an Origin that no other page has, a cookie that only the
one who started the studio was given, and limits on all that is sent.
"""
