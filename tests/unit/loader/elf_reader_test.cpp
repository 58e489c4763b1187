#include "host/loader/elf_reader.hpp"

#include "host/loader/elf_kind.hpp"
#include "host/loader/manifest.hpp"
#include "tests/unit/loader/fixtures.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <elf.h>
#include <string>
#include <string_view>

namespace patchbay::host {
namespace {

using ::testing::AnyOf;
using testing::bytes_of;
using ::testing::HasSubstr;
using testing::plugin_bytes;
using ::testing::StartsWith;

constexpr std::string_view good_manifest =
    R"({"id": "example.good", "version": "1.0.0", "name": "good", )"
    R"("endpoint": "https://api.acme.example/v1", "auth": {"bearer": {}}, )"
    R"("operations": ["image"]})";

Result<std::string> read(std::string_view bytes) {
  const MemoryElfInput input(bytes_of(bytes));
  return read_manifest_text(input);
}

std::string refusal(std::string_view bytes) {
  const Result<std::string> text = read(bytes);
  if (text.ok()) return "(it was read)";
  EXPECT_EQ(text.error().code, ErrorCode::Plugin);
  return text.error().message;
}

// The plugin `good` with its header changed.
template <typename Change>
std::string with_header(const Change& change) {
  std::string bytes = plugin_bytes("good");
  Elf64_Ehdr header{};
  std::memcpy(&header, bytes.data(), sizeof(header));
  change(header);
  std::memcpy(bytes.data(), &header, sizeof(header));
  return bytes;
}

// The plugin `good` with the header of its manifest's section changed.
template <typename Change>
std::string with_manifest_section(const Change& change) {
  std::string bytes = plugin_bytes("good");
  Elf64_Ehdr header{};
  std::memcpy(&header, bytes.data(), sizeof(header));
  for (std::size_t i = 0; i < header.e_shnum; ++i) {
    char* place = bytes.data() + header.e_shoff + i * sizeof(Elf64_Shdr);
    Elf64_Shdr section{};
    std::memcpy(&section, place, sizeof(section));
    if (section.sh_offset != bytes.find(good_manifest)) continue;
    change(section);
    std::memcpy(place, &section, sizeof(section));
  }
  return bytes;
}

TEST(ElfReaderTest, ReadsTheManifestOfAPluginAlsoWhenItIsStripped) {
  for (const char* name : {"good", "stripped"}) {
    const Result<std::string> text = read(plugin_bytes(name));
    ASSERT_TRUE(text.ok()) << text.error().message;
    EXPECT_EQ(text.value(), good_manifest);
  }
  EXPECT_LT(plugin_bytes("stripped").size(), plugin_bytes("good").size());
}

TEST(ElfReaderTest, SaysThatAFileIsCutOffWhereverThatIs) {
  for (const char* name : {"good", "stripped"}) {
    const std::string bytes = plugin_bytes(name);
    for (std::size_t size = 1; size < bytes.size(); size += size < 64 ? 1 : 64)
      ASSERT_THAT(refusal(bytes.substr(0, size)), StartsWith("is cut off (")) << size;
    EXPECT_THAT(refusal(bytes.substr(0, bytes.size() - 1)), StartsWith("is cut off ("));
  }
}

TEST(ElfReaderTest, SaysWhatAFileIsInstead) {
  EXPECT_EQ(refusal(""), "is empty");
  EXPECT_EQ(refusal("hello, world\n"), "is not a shared library (plain text)");
  EXPECT_EQ(refusal("#!/bin/sh\n"), "is not a shared library (a script)");
  EXPECT_EQ(refusal("!<arch>\nfoo.o/"), "is not a shared library (a static library)");
  EXPECT_EQ(refusal(std::string_view("PK\x03\x04\0", 5)),
            "is not a shared library (a zip archive)");
  EXPECT_EQ(refusal(std::string_view("MZ\x90\0", 4)),
            "is not a shared library (a Windows program)");
  EXPECT_EQ(refusal(std::string_view("\x01\x02\0\x03", 4)),
            "is not a shared library (not an ELF file)");
  EXPECT_EQ(refusal(plugin_bytes("program")), "is not a shared library (a program)");
}

TEST(ElfReaderTest, SaysWhichMachineAFileIsFor) {
  const std::uint16_t other = elf_machine_here == EM_AARCH64 ? EM_X86_64 : EM_AARCH64;
  EXPECT_EQ(
      refusal(with_header([&](Elf64_Ehdr& header) { header.e_machine = other; })),
      other == EM_AARCH64 ? "is for another machine (aarch64)" : "is for another machine (x86-64)");
  EXPECT_EQ(refusal(with_header([](Elf64_Ehdr& header) { header.e_machine = 4711; })),
            "is for another machine (machine 4711)");
  EXPECT_EQ(refusal(with_header([](Elf64_Ehdr& header) {
              header.e_ident[EI_CLASS] = ELFCLASS32;
              header.e_machine = EM_ARM;
            })),
            "is for another machine (32-bit arm, not 64-bit)");
  EXPECT_EQ(refusal(with_header([](Elf64_Ehdr& header) { header.e_ident[EI_DATA] = ELFDATA2MSB; })),
            "is for another machine (big-endian)");
  EXPECT_EQ(refusal(with_header([](Elf64_Ehdr& header) { header.e_ident[EI_OSABI] = 9; })),
            "is for another system (ELF system 9)");
}

TEST(ElfReaderTest, SaysWhichKindOfElfFileItIs) {
  const auto of_type = [](std::uint16_t type) {
    return refusal(with_header([&](Elf64_Ehdr& header) { header.e_type = type; }));
  };
  EXPECT_EQ(of_type(ET_REL), "is not a shared library (an object file)");
  EXPECT_EQ(of_type(ET_EXEC), "is not a shared library (a program)");
  EXPECT_EQ(of_type(ET_CORE), "is not a shared library (a core dump)");
  EXPECT_EQ(of_type(77), "is not a shared library (an ELF file of another kind)");
}

TEST(ElfReaderTest, SaysThatTheEntryIsMissingAndWhatIsThereInstead) {
  EXPECT_EQ(refusal(plugin_bytes("newer_major")),
            "exports no patchbay_plugin_v1 (exports patchbay_plugin_v2: built for a newer major "
            "version of the ABI)");
  EXPECT_EQ(refusal(plugin_bytes("no_entry")), "exports no patchbay_plugin_v1");
}

TEST(ElfReaderTest, SaysWhatIsWrongWithTheManifestsSection) {
  EXPECT_EQ(refusal(plugin_bytes("no_manifest")), "has no manifest");
  EXPECT_EQ(refusal(plugin_bytes("two_manifests")), "has more than one manifest");
  EXPECT_EQ(refusal(with_header([](Elf64_Ehdr& header) { header.e_shnum = 0; })),
            "has no manifest (its section table was removed)");
  EXPECT_EQ(refusal(with_manifest_section([](Elf64_Shdr& section) { section.sh_size = 0; })),
            "has no manifest");
  EXPECT_EQ(
      refusal(with_manifest_section([](Elf64_Shdr& section) { section.sh_type = SHT_NOBITS; })),
      "has no manifest");
  EXPECT_EQ(refusal(with_manifest_section(
                [](Elf64_Shdr& section) { section.sh_flags |= SHF_COMPRESSED; })),
            "has a compressed manifest");
}

TEST(ElfReaderTest, TakesAManifestSectionAtTheLimitAndRefusesOneAbove) {
  const auto sized = [](std::uint64_t size) {
    std::string bytes = with_manifest_section([&](Elf64_Shdr& section) {
      section.sh_size = size;
      section.sh_offset = plugin_bytes("good").size();
    });
    return bytes + std::string(size, ' ');
  };
  EXPECT_TRUE(read(sized(manifest_size_max)).ok());
  EXPECT_EQ(refusal(sized(manifest_size_max + 1)), "has a manifest larger than 256 KiB");
}

TEST(ElfReaderTest, RefusesTablesThatLieOutsideTheFile) {
  EXPECT_THAT(refusal(with_header([](Elf64_Ehdr& header) { header.e_shoff = ~std::uint64_t{0}; })),
              StartsWith("is damaged ("));
  EXPECT_THAT(refusal(with_header([](Elf64_Ehdr& header) { header.e_phoff = 1U << 30U; })),
              StartsWith("is cut off ("));
  EXPECT_THAT(refusal(with_manifest_section(
                  [](Elf64_Shdr& section) { section.sh_offset = ~std::uint64_t{0} - 8; })),
              AnyOf(StartsWith("is damaged ("), StartsWith("is cut off (")));
  EXPECT_THAT(refusal(with_header([](Elf64_Ehdr& header) { header.e_shstrndx = 60000; })),
              StartsWith("is damaged ("));
  EXPECT_THAT(refusal(with_header([](Elf64_Ehdr& header) { header.e_shentsize = 1; })),
              StartsWith("is damaged ("));
}

TEST(ElfReaderTest, BoundsTheNumberOfSectionsAndSegments) {
  const auto with_sections = [](std::uint16_t count) {
    std::string bytes = with_header([&](Elf64_Ehdr& header) {
      const std::string original = plugin_bytes("good");
      header.e_shoff = original.size();
      header.e_shnum = count;
      header.e_shstrndx = 0;
    });
    return bytes + std::string(std::size_t{count} * sizeof(Elf64_Shdr), '\0');
  };
  EXPECT_THAT(refusal(with_sections(elf_sections_max)), HasSubstr("exports no"));
  EXPECT_EQ(refusal(with_sections(elf_sections_max + 1)), "has more than 4096 sections");
  EXPECT_EQ(refusal(with_header([](Elf64_Ehdr& header) { header.e_phnum = elf_segments_max + 1; })),
            "has more than 256 segments");
}

TEST(ElfReaderTest, RefusesPlacesToLoadOtherLibrariesFrom) {
  EXPECT_EQ(refusal(plugin_bytes("runpath")),
            "names folders to load libraries from (RUNPATH): link it without -rpath");
}

}  // namespace
}  // namespace patchbay::host
