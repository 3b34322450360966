// clang: -g0
// Nothing at all.
