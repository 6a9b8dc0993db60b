"""The page and the API: the only code that talks to a browser (extra `web`).

`serving.serve` is the way in, `app.create_app` the ASGI application. A request goes through
`security`, is taken in by `uploads`, waits in `queue`, and is answered by `routes`, whose work is
done by `rendering` with what `colorizers` and `photos` keep.
"""
