#include "host/embedding/delivery.hpp"

#include <chrono>
#include <utility>

namespace patchbay::embedding {

Delivery::Delivery(net::EventLoop& loop,
                   patchbay_run* run,
                   const patchbay_observer& observer,
                   std::vector<SpooledImage> images,
                   Done done)
    : loop_(loop),
      run_(run),
      observer_(observer),
      images_(std::move(images)),
      done_(std::move(done)) {
  go_on();
}

void Delivery::go_on() {
  timer_ = loop_.after(std::chrono::milliseconds(0), [this] { step(); });
}

void Delivery::resume() {
  if (!std::exchange(is_waiting_, false)) return;
  go_on();
}

void Delivery::step() {
  if (index_ == images_.size()) return finish({});
  if (!has_begun_) begin_image();
  if (taken_ < piece_.size()) return offer();
  if (end_image_when_read()) return go_on();
  piece_.resize(piece_size);
  const auto count = images_[index_].file.read_at(offset_, piece_);
  if (!count.ok() || count.value() == 0) {
    return finish(count.ok() ? Error{ErrorCode::Output, "a temporary file was cut off"}
                             : count.error());
  }
  piece_.resize(count.value());
  taken_ = 0;
  offset_ += count.value();
  offer();
}

void Delivery::begin_image() {
  has_begun_ = true;
  offset_ = 0;
  const patchbay_run_image image = facts();
  if (observer_.on_image_begin != nullptr) observer_.on_image_begin(observer_.user, run_, &image);
}

bool Delivery::end_image_when_read() {
  if (offset_ < images_[index_].description.size && observer_.on_image_bytes != nullptr)
    return false;
  const patchbay_run_image image = facts();
  if (observer_.on_image_end != nullptr) observer_.on_image_end(observer_.user, run_, &image);
  has_begun_ = false;
  ++index_;
  piece_.clear();
  taken_ = 0;
  return true;
}

void Delivery::offer() {
  const std::size_t left = piece_.size() - taken_;
  const std::uint64_t count =
      observer_.on_image_bytes(observer_.user, run_, piece_.data() + taken_, left);
  if (count > left) {
    return finish(Error{ErrorCode::Output,
                        count == PATCHBAY_RUN_STOP ? "the application stopped taking the image"
                                                   : "the application took more than there was"});
  }
  taken_ += count;
  if (taken_ == piece_.size()) return go_on();
  is_waiting_ = true;
}

void Delivery::finish(Status status) {
  const Done done = std::move(done_);
  done(std::move(status));
}

patchbay_run_image Delivery::facts() const {
  return image_of(images_[index_].description, index_);
}

}  // namespace patchbay::embedding
