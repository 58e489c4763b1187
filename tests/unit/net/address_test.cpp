#include "core/net/address.hpp"

#include "core/net/url.hpp"

#include <gtest/gtest.h>
#include <sys/un.h>

namespace patchbay::net {
namespace {

TEST(AddressTest, KnowsThePrivateOnesAtBothEndsOfEachRange) {
  for (const char* text :
       {"0.0.0.0",         "0.255.255.255",   "10.0.0.0",        "10.255.255.255",
        "100.64.0.0",      "100.127.255.255", "127.0.0.1",       "127.255.255.255",
        "169.254.0.0",     "169.254.169.254", "172.16.0.0",      "172.31.255.255",
        "192.0.0.0",       "192.0.0.255",     "192.0.2.1",       "192.168.0.0",
        "192.168.255.255", "198.18.0.0",      "198.19.255.255",  "198.51.100.1",
        "203.0.113.1",     "224.0.0.1",       "239.255.255.255", "240.0.0.1",
        "255.255.255.255"}) {
    EXPECT_TRUE(is_private_address(std::string_view(text))) << text;
  }
}

TEST(AddressTest, LeavesTheirNeighboursAlone) {
  for (const char* text : {"1.0.0.0",     "9.255.255.255",   "11.0.0.0",    "100.63.255.255",
                           "100.128.0.0", "126.255.255.255", "128.0.0.0",   "169.253.255.255",
                           "169.255.0.0", "172.15.255.255",  "172.32.0.0",  "192.0.1.0",
                           "192.0.3.0",   "192.167.255.255", "192.169.0.0", "198.17.255.255",
                           "198.20.0.0",  "223.255.255.255", "8.8.8.8",     "2606:4700:4700::1111",
                           "2a00::1"}) {
    EXPECT_FALSE(is_private_address(std::string_view(text))) << text;
  }
}

TEST(AddressTest, KnowsThePrivateOnesOfIpv6) {
  for (const char* text : {"::",
                           "::1",
                           "::2",
                           "fc00::",
                           "fdff:ffff::1",
                           "fe80::1",
                           "febf::1",
                           "fec0::1",
                           "ff02::1",
                           "2002:808:808::1",
                           "2001::1",
                           "2001:db8::1",
                           "100::1",
                           "64:ff9b:1::1",
                           "::8.8.8.8"}) {
    EXPECT_TRUE(is_private_address(std::string_view(text))) << text;
  }
}

TEST(AddressTest, LooksIntoEmbeddedAddresses) {
  EXPECT_TRUE(is_private_address(std::string_view("::ffff:127.0.0.1")));
  EXPECT_TRUE(is_private_address(std::string_view("::ffff:a9fe:a9fe")));
  EXPECT_TRUE(is_private_address(std::string_view("64:ff9b::10.0.0.1")));
  EXPECT_FALSE(is_private_address(std::string_view("::ffff:8.8.8.8")));
  EXPECT_FALSE(is_private_address(std::string_view("64:ff9b::8.8.8.8")));
}

TEST(AddressTest, TakesEveryOtherFamilyForPrivate) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  EXPECT_TRUE(is_private_address(reinterpret_cast<const sockaddr&>(address)));
  EXPECT_TRUE(is_private_address(std::string_view("not an address")));
}

TEST(AddressTest, TakesNoAddressWithSomethingBehindANul) {
  EXPECT_FALSE(is_address(std::string_view("8.8.8.8\0.example", 16)));
  EXPECT_FALSE(is_address(std::string_view("::1\0", 4)));
  EXPECT_TRUE(is_private_address(std::string_view("8.8.8.8\0", 8)));
}

TEST(PercentDecodedTest, DecodesOrRefuses) {
  EXPECT_EQ(percent_decoded("a%20b%2Fc"), "a b/c");
  EXPECT_EQ(percent_decoded("%41"), "A");
  for (const char* text : {"%", "%4", "%4g", "%g4", "a%", "%+1", "% 1", "%-1"}) {
    EXPECT_FALSE(percent_decoded(text)) << text;
  }
}

}  // namespace
}  // namespace patchbay::net
