"""One module per page: what it says, and from which table. A page opens with the answer."""
