# A package of its own name: a library installs one called tests too, which would be found first.
