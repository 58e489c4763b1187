#include "host/emulator/form.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace patchbay::emulator {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr std::string_view form_type = "multipart/form-data; charset=x; boundary=edge";

std::string problem_of(std::string_view content_type, std::string_view body) {
  const auto parts = parse_form(content_type, body);
  return parts.ok() ? "none" : parts.error().message;
}

TEST(FormTest, GivesFieldsAndFilesAsTheyAre) {
  const std::string body =
      "preamble\r\n--edge\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\na cat\r\n"
      "--edge\r\ncontent-type: image/png\r\n"
      "content-disposition: form-data; filename=\"a;b.png\"; name=image\r\n\r\n"
      "\x89PNG\r\n--edg\r\n--edge--\r\n";
  const auto parts = parse_form(form_type, body);
  ASSERT_TRUE(parts.ok()) << parts.error().message;
  ASSERT_THAT(parts.value(), SizeIs(2));
  const FormPart& prompt = parts.value()[0];
  EXPECT_EQ(prompt.name, "prompt");
  EXPECT_EQ(prompt.data, "a cat");
  EXPECT_EQ(prompt.file_name, "");
  const FormPart& image = parts.value()[1];
  EXPECT_EQ(image.name, "image");
  EXPECT_EQ(image.file_name, "a;b.png");
  EXPECT_EQ(image.content_type, "image/png");
  EXPECT_EQ(image.data, "\x89PNG\r\n--edg");
}

TEST(FormTest, SaysWhatIsWrong) {
  EXPECT_TRUE(is_form("Multipart/Form-Data; boundary=x"));
  EXPECT_FALSE(is_form("application/json"));
  EXPECT_THAT(problem_of("multipart/form-data", "--x--"), HasSubstr("no boundary"));
  EXPECT_THAT(problem_of(form_type, "nothing"), HasSubstr("does not begin"));
  EXPECT_THAT(
      problem_of(form_type, "--edge\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx"),
      HasSubstr("no end"));
  EXPECT_THAT(problem_of(form_type, "--edge\r\nno head\r\n--edge--"), HasSubstr("end of its head"));
  EXPECT_THAT(problem_of(form_type, "--edge\r\nx: y\r\n\r\nz\r\n--edge--"), HasSubstr("no name"));
  EXPECT_EQ(problem_of(form_type, "--edge--"), "none");
}

TEST(FormTest, TakesSoManyPartsAndNoMore) {
  const auto form_of = [](std::size_t count) {
    std::string body;
    for (std::size_t i = 0; i < count; ++i)
      body += "--edge\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n";
    return body + "--edge--\r\n";
  };
  EXPECT_EQ(problem_of(form_type, form_of(form_parts_max)), "none");
  EXPECT_THAT(problem_of(form_type, form_of(form_parts_max + 1)), HasSubstr("too many parts"));
}

}  // namespace
}  // namespace patchbay::emulator
