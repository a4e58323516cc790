using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode.AspNetCore.Tests;

/// <summary>The sessions of a scheme, and how they were ended.</summary>
internal sealed class RecordingSessions(UserSessions inner) : UserSessions
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The ends, as the name of the method and the key of the session.</summary>
    internal ConcurrentQueue<(string Method, string Key)> Ends { get; } = new();

    internal Task Ended => _ended.Task;

    /// <summary>Whether no data can be kept with a session, as with one that was refused.</summary>
    internal bool KeepsNoData { get; set; }

    /// <summary>Called with the key of a session that was found.</summary>
    internal Func<string, ValueTask>? OnFound { get; set; }

    /// <summary>Replaces the sessions of a scheme.</summary>
    internal static void Add(IServiceCollection services, string scheme = AuthCodeDefaults.AuthenticationScheme) => services.AddKeyedSingleton<UserSessions>(
        scheme, static (provider, name) => new RecordingSessions(provider.GetRequiredKeyedService<AuthorizationCodeClient>(name).Sessions));

    internal static RecordingSessions Of(App app, string scheme = AuthCodeDefaults.AuthenticationScheme) =>
        (RecordingSessions)app.Services.GetRequiredKeyedService<UserSessions>(scheme);

    public override async ValueTask<UserSession?> FindAsync(string sessionKey, CancellationToken cancellationToken = default)
    {
        UserSession? found = await inner.FindAsync(sessionKey, cancellationToken);
        if (OnFound is { } onFound)
        {
            await onFound(sessionKey);
        }

        return found;
    }

    public override ValueTask<UserSessionStatus> GetStatusAsync(string sessionKey, CancellationToken cancellationToken = default) => inner.GetStatusAsync(sessionKey, cancellationToken);

    public override ValueTask<UserSession?> FindWithDataAsync(string sessionKey, long dataVersion, CancellationToken cancellationToken = default) => inner.FindWithDataAsync(sessionKey, dataVersion, cancellationToken);

    public override ValueTask<bool> SetDataAsync(string sessionKey, ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default) =>
        KeepsNoData ? new(false) : inner.SetDataAsync(sessionKey, data, cancellationToken);

    public override async ValueTask EndAsync(string sessionKey, CancellationToken cancellationToken = default)
    {
        await inner.EndAsync(sessionKey, cancellationToken);
        Note(nameof(EndAsync), sessionKey);
    }

    public override async ValueTask EndWithoutRevocationAsync(string sessionKey, CancellationToken cancellationToken = default)
    {
        await inner.EndWithoutRevocationAsync(sessionKey, cancellationToken);
        Note(nameof(EndWithoutRevocationAsync), sessionKey);
    }

    /// <summary>What was known of each session when the address of its sign-out at the server was requested.</summary>
    internal ConcurrentQueue<(string Key, UserSessionStatus Status)> SignOuts { get; } = new();

    public override async Task<Uri> CreateSignOutUriAsync(string sessionKey, Uri? postLogoutRedirectUri, string? state = null, CancellationToken cancellationToken = default)
    {
        SignOuts.Enqueue((sessionKey, await inner.GetStatusAsync(sessionKey, cancellationToken)));
        return await inner.CreateSignOutUriAsync(sessionKey, postLogoutRedirectUri, state, cancellationToken);
    }

    private void Note(string method, string key)
    {
        Ends.Enqueue((method, key));
        _ended.TrySetResult();
    }
}
