import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.security.KeyStore;
import java.security.cert.*;

/**
 * What the dependency step needs before it can download: `trust CERTIFICATES STORE` makes a trust store, since Java takes certificates from nowhere else,
 * and `settings GLOBAL CACHE FILE` writes settings for Maven with a folder of earlier downloads, asked before any repository. Several of them may
 * follow each other. It runs on Java 8 and later.
 */
class Prepare {
  public static void main(String[] args) throws Exception {
    for (int i = 0; i < args.length; ) {
      if (args[i].equals("trust")) {
        trust(args[i + 1], args[i + 2]);
        i += 3;
      } else {
        settings(Paths.get(args[i + 1]), Paths.get(args[i + 2]).toUri().toString(), Paths.get(args[i + 3]));
        i += 4;
      }
    }
  }

  static void trust(String certificates, String file) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    int count = 0;
    try (InputStream in = new BufferedInputStream(new FileInputStream(certificates))) {
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) store.setCertificateEntry("ca" + count++, each);
    }
    try (OutputStream out = new FileOutputStream(file)) {
      store.store(out, "changeit".toCharArray());
    }
  }

  /** The image's own settings count on: a company's image may have its mirror there. */
  static void settings(Path global, String cache, Path file) throws Exception {
    String text = "<settings></settings>";
    if (Files.exists(global)) text = new String(Files.readAllBytes(global), StandardCharsets.UTF_8).replaceAll("(?s)<!--.*?-->", "");
    else text = "<settings><mirrors>" + BLOCKER + "</mirrors></settings>";
    String repository = "<id>slipway-downloads</id><url>" + cache + "</url><releases><checksumPolicy>fail</checksumPolicy></releases><snapshots><enabled>false</enabled></snapshots>";
    // It has a mirror of its own, itself, lest a mirror of everything take its place.
    text = add(text, "mirrors", "<mirror><id>slipway-downloads</id><mirrorOf>slipway-downloads</mirrorOf><url>" + cache + "</url></mirror>");
    text = add(text, "profiles", "<profile><id>slipway-downloads</id><repositories><repository>" + repository + "</repository></repositories><pluginRepositories><pluginRepository>" + repository + "</pluginRepository></pluginRepositories></profile>");
    text = add(text, "activeProfiles", "<activeProfile>slipway-downloads</activeProfile>");
    Files.write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /** As Maven's own settings have it. */
  static final String BLOCKER = "<mirror><id>maven-default-http-blocker</id><mirrorOf>external:http:*</mirrorOf><url>http://0.0.0.0/</url><blocked>true</blocked></mirror>";

  static String add(String text, String list, String item) {
    String end = "</" + list + ">";
    if (text.contains(end)) return text.replace(end, item + end);
    text = text.replaceAll("<" + list + "\\s*/>", "");
    int at = text.lastIndexOf("</settings>");
    return at < 0 ? text : text.substring(0, at) + "<" + list + ">" + item + end + text.substring(at);
  }
}
