"""`make bench`: what a request costs the server, as ratios that hold from machine to machine."""
