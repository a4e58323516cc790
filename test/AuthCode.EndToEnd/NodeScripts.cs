namespace AuthCode.EndToEnd;

/// <summary>The folder of the scripts that run on Node, and whether what they need is there.</summary>
internal static class NodeScripts
{
    internal static string Folder { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../.."));

    /// <summary>Leaves the test out on a machine that lacks something, or fails it where there must be all of it.</summary>
    internal static void Require(bool isThere, string missing)
    {
        if (isThere)
        {
            return;
        }

        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(missing);
        }

        Assert.Ignore(missing);
    }
}
