package dev.optimist.elasticsearch.spring.sample;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** A Spring Boot application with nothing but the starter. */
@SpringBootApplication
class Shop {}
