namespace AuthCode.Tests.House;

/// <summary>The repository that these tests were built from.</summary>
internal static class RepositoryRoot
{
    internal static string Path { get; } = Find();

    /// <summary>The source files of a project below src.</summary>
    internal static IEnumerable<string> SourcesOf(string project) => Directory
        .EnumerateFiles(System.IO.Path.Combine(Path, "src", project), "*.cs", SearchOption.AllDirectories)
        .Where(static file => !file.Split(System.IO.Path.DirectorySeparatorChar).Any(static part => part is "bin" or "obj"));

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "AuthCode.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests do not lie in the repository that they test.");
    }
}
