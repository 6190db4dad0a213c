#!/usr/bin/env python3
"""Tests of people_tables.py."""

import unittest

from people_tables import person


class Person(unittest.TestCase):
    def test_pictures_of_one_person_have_one_name(self) -> None:
        self.assertEqual(person("london_neutra068"), person("london_smilin068"))
        self.assertEqual(person("zoom_zoom15c"), person("lisa_lisalis"))
        self.assertEqual(person("congress_H000206"), "Tom_Harkin")

    def test_pictures_of_two_people_keep_two_names(self) -> None:
        self.assertNotEqual(person("london_neutra068"), person("london_neutra069"))
        for name in ["congress_H000207", "Tom_Harkin_2", "orl_s1", "canada_canada003"]:
            self.assertEqual(person(name), name)


if __name__ == "__main__":
    unittest.main()
