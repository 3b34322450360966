// The same as load.c by a bare function of an addon: what of the cost is Node's, before any JavaScript of ours.
#include <node_api.h>

#include "load.h"

static struct attached all;

static napi_value with_path(napi_env env, napi_callback_info info, void (*use)(const char* path)) {
  napi_value path;
  size_t count = 1, length;
  char text[4096];
  napi_get_cb_info(env, info, &count, &path, NULL, NULL);
  napi_get_value_string_utf8(env, path, text, sizeof text, &length);
  use(text);
  return NULL;
}

static void load_all(const char* path) { load_and_attach(&all, path); }

static napi_value load(napi_env env, napi_callback_info info) { return with_path(env, info, load_all); }

static napi_value warm_up(napi_env env, napi_callback_info info) { return with_path(env, info, warm); }

static napi_value done(napi_env env, napi_callback_info info) {
  (void)env, (void)info;
  undo(&all);
  return NULL;
}

static napi_value init(napi_env env, napi_value exports) {
  napi_value function;
  libbpf_set_print(NULL);
  napi_create_function(env, "warm", NAPI_AUTO_LENGTH, warm_up, NULL, &function);
  napi_set_named_property(env, exports, "warm", function);
  napi_create_function(env, "load", NAPI_AUTO_LENGTH, load, NULL, &function);
  napi_set_named_property(env, exports, "load", function);
  napi_create_function(env, "done", NAPI_AUTO_LENGTH, done, NULL, &function);
  napi_set_named_property(env, exports, "done", function);
  return exports;
}

NAPI_MODULE(load_bare, init)
