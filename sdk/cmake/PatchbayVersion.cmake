# The one place that states it, for the whole tree and for the SDK built alone.
set(PATCHBAY_VERSION 0.1.0)
