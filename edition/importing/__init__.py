"""Witnesses → transcripts in an edition's content folder, and a report of what was done.

What can't be decided is reported, never guessed silently; a file that fails is refused by name, the others go on. These
modules must not hold a rule about a layout, and must never overwrite a transcript or a kept witness; this one must not
import them, since a build checks witnesses and makes nothing of them.
"""
