"""Rule packs, a folder per jurisdiction. Another city is another folder."""
