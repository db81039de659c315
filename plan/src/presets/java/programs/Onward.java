import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import javax.inject.Named;
import javax.inject.Singleton;
import javax.net.ssl.SSLException;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.lifecycle.LifecycleExecutionException;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.plugin.MojoExecutionRunner;
import org.apache.maven.plugin.MojosExecutionStrategy;
import org.eclipse.sisu.Priority;

/**
 * Makes Maven go on where a plugin fails, as those that check sources do when there are none: what the plugin wants has been fetched by then. What cannot be fetched still fails. Reasons are printed, since plugins that fetch something themselves may give theirs as text only.
 */
@Named
@Singleton
@Priority(100)
public class Onward implements MojosExecutionStrategy {
  @Override
  public void execute(List<MojoExecution> mojos, MavenSession session, MojoExecutionRunner runner) throws LifecycleExecutionException {
    for (MojoExecution mojo : mojos) {
      try {
        runner.run(mojo);
      } catch (LifecycleExecutionException failure) {
        String reason = "";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
          String kind = cause.getClass().getSimpleName();
          if (kind.endsWith("ResolutionException") || kind.endsWith("TransferException")) throw failure;
          if (cause instanceof SocketException || cause instanceof SocketTimeoutException || cause instanceof UnknownHostException || cause instanceof SSLException) throw failure;
          if (!reason.contains(String.valueOf(cause.getMessage()))) reason += " " + cause.getMessage();
        }
        System.out.println("[INFO] It fails without the sources, and what follows goes on: " + mojo.getArtifactId() + ":" + mojo.getGoal());
        System.out.println("[INFO]" + reason.replace('\n', ' '));
      }
    }
  }
}
