"""What happens to a clip on its way out: trim, space, loops, fades, loudness, dither, formats, tags. Clip -> Clip, and files."""
