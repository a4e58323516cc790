namespace QuickStart;

/// <summary>Counts MSAL where it would be: beside this program, and in its process.</summary>
internal static class Msal
{
    private const string Prefix = "Microsoft.Identity.Client";

    internal static string Count()
    {
        int shipped = Directory.EnumerateFiles(AppContext.BaseDirectory, $"{Prefix}*.dll", SearchOption.AllDirectories).Count();
        int loaded = AppDomain.CurrentDomain.GetAssemblies()
            .Count(static assembly => assembly.GetName().Name?.StartsWith(Prefix, StringComparison.Ordinal) == true);
        return $"MSAL assemblies: {shipped} in the output folder, {loaded} loaded";
    }
}
