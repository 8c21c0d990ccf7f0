package dev.optimist.elasticsearch.it;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** One session of the Chromium of this machine, with a profile of its own, without a window. */
final class Browser implements AutoCloseable {
    private static final int WIDTH = 1100;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ChromeDriver driver;

    /** @param scripts whether pages may run any; without, it can take no picture */
    Browser(boolean scripts) {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(program("chromium", "google-chrome", "chrome"));
        // the second line: looks for nothing outside by itself
        options.addArguments(
                "--headless=new",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--window-size=" + WIDTH + ",900",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-quic");
        if (System.getProperty("user.name").equals("root")) {
            options.addArguments("--no-sandbox"); // it has none for root
        }
        if (!scripts) {
            options.setExperimentalOption("prefs", Map.of("profile.managed_default_content_settings.javascript", 2));
        }
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(program("chromedriver"))
                .usingAnyFreePort()
                .build();
        driver = new ChromeDriver(service, options);
    }

    private static File program(String... names) {
        List<Path> folders = Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .map(Path::of)
                .toList();
        return Arrays.stream(names)
                .flatMap(name -> folders.stream().map(folder -> folder.resolve(name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "none of " + List.of(names) + " is on the PATH (on Debian: chromium and chromium-driver)"))
                .toFile();
    }

    ChromeDriver driver() {
        return driver;
    }

    void open(String url) {
        driver.get(url);
    }

    WebElement one(String css) {
        return driver.findElement(By.cssSelector(css));
    }

    List<String> texts(String css) {
        return driver.findElements(By.cssSelector(css)).stream()
                .map(WebElement::getText)
                .toList();
    }

    void type(String field, String text) {
        WebElement input = one("#" + field);
        input.clear();
        input.sendKeys(text);
    }

    void press() {
        one("button").click();
    }

    /** Presses the button and waits for the next page. */
    void save() {
        toTheNextPage(this::press);
    }

    /** The driver waits for a page that is being loaded, but not for the browser to begin with it. */
    void toTheNextPage(Runnable action) {
        WebElement here = one("html");
        action.run();
        new WebDriverWait(driver, PATIENCE).until(ExpectedConditions.stalenessOf(here));
    }

    /** Takes a picture of the whole page. */
    void picture(Path file, int width) throws IOException {
        width(width);
        Number height = (Number) driver.executeScript("return document.documentElement.scrollHeight");
        Map<String, Object> picture = driver.executeCdpCommand(
                "Page.captureScreenshot",
                Map.of(
                        "captureBeyondViewport",
                        true,
                        "clip",
                        Map.of("x", 0, "y", 0, "width", width, "height", height, "scale", 1)));
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, Base64.getDecoder().decode((String) picture.get("data")));
        width(WIDTH);
    }

    void width(int width) {
        driver.manage().window().setSize(new Dimension(width, 900));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
