/* Stays mapped for ever, for a destructor that some thread may still run. */
#include <memory>
namespace {
thread_local std::unique_ptr<int> counter;
}
#define ZOO_OPEN counter = std::make_unique<int>(1)
#include "zoo.h"
