namespace AuthCode.EndToEnd;

internal sealed class NoMsalTests
{
    [Test]
    public void The_newest_Azure_SDK_clients_run_without_MSAL_in_the_output_folder()
    {
        string[] files = [.. Directory.EnumerateFiles(AppContext.BaseDirectory, "*", SearchOption.AllDirectories).Select(static file => Path.GetFileName(file))];

        Assert.Multiple(() =>
        {
            Assert.That(files, Has.Member("Azure.Core.dll"));
            Assert.That(files.Where(static file => file.StartsWith("Microsoft.Identity.Client", StringComparison.OrdinalIgnoreCase)), Is.Empty);
            Assert.That(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "AuthCode.EndToEnd.deps.json")), Does.Not.Contain("Microsoft.Identity.Client"));
        });
    }
}
