"""What happens to a clip on its way into a file: trim, fades, loudness, dither, formats, tags. Clip -> Clip, and files."""
