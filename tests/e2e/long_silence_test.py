#!/usr/bin/env python3
"""A provider that draws for a minute and a half without a word, then answers well."""

import support
from fault_case import GOOD, FaultCase, sends
from upstream import whole


class LongSilenceTest(FaultCase):
    def test_is_waited_for(self):
        self.serve(sends(whole(GOOD), after=90))
        self.home.time_max = 150
        self.expect_image(seconds=140)


if __name__ == "__main__":
    support.main()
