using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace AuthCode.Extensions.Tests;

/// <summary>A configuration that notes which keys are asked for by name.</summary>
internal sealed class RecordingConfiguration : IConfigurationSource, IConfigurationProvider
{
    private readonly ConfigurationProvider _values;
    private readonly HashSet<string> _asked = new(StringComparer.OrdinalIgnoreCase);

    private RecordingConfiguration(IEnumerable<KeyValuePair<string, string?>> settings) =>
        _values = new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationProvider(new() { InitialData = settings });

    /// <summary>The keys that a client is made from, whether its section is usable or not.</summary>
    internal static IReadOnlyCollection<string> KeysReadBy(IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var configuration = new RecordingConfiguration(settings);
        var services = new ServiceCollection();
        services.AddAuthorizationCodeClient("entra", new ConfigurationBuilder().Add(configuration).Build().GetSection("AzureAd"));
        using ServiceProvider provider = services.BuildServiceProvider();
        try
        {
            _ = provider.GetRequiredService<AuthorizationCodeClient>();
        }
        catch (OptionsValidationException)
        {
            // What cannot be used has been read nevertheless.
        }

        // Lists and their entries are asked whether they are text; the section whether there is one.
        return [.. configuration._asked.Where(static key => key.Contains(':', StringComparison.Ordinal) && !char.IsAsciiDigit(key[^1]))];
    }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public bool TryGet(string key, out string? value)
    {
        _asked.Add(key);
        return _values.TryGet(key, out value);
    }

    public IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath)
    {
        _asked.Add(parentPath ?? "");
        return _values.GetChildKeys(earlierKeys, parentPath);
    }

    public void Set(string key, string? value) => _values.Set(key, value);

    public IChangeToken GetReloadToken() => _values.GetReloadToken();

    public void Load() => _values.Load();
}
