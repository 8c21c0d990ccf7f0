package dev.optimist.elasticsearch.bench;

import java.util.List;

/**
 * A part of the report.
 *
 * @param title its heading
 * @param note what it shows
 * @param charts the names of its images, without the ending
 * @param measured for each number of threads, or each JVM
 */
record Section(String title, String note, List<String> charts, List<Measured> measured) {}
