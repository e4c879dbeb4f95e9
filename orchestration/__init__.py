"""Runs the stages: the Dagster definitions and the command line.

Belongs here: what order things run in, where they lie, what is shown while they run.
Does not: any rule of a program, any figure, any file format.
"""
