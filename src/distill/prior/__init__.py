"""What codes follow one another: counted, recombined or learnt; and new codes drawn from it. Knows no codec."""
