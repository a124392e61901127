"""Benchmarks: ratios measured in one run, on data made in a scratch database that is gone afterwards.

Each benchmark runs in a process of its own, so that it starts as the program does, with settings from its environment.
"""
