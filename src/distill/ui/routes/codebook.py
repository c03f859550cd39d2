"""Entries of the model in use: words, maps, sounds, names."""

from __future__ import annotations

from fastapi import APIRouter

from distill.ui.studio import Studio

__all__ = ["router"]


def router(studio: Studio) -> APIRouter:
    """Make the routes."""
    return APIRouter(prefix="/codebook")
