// Nothing but the precompiled header is made of this.
