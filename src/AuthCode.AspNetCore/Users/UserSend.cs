namespace AuthCode;

/// <summary>One request through an HTTP client, with all that its handlers make of it: who sends it, and where its token may be sent.</summary>
/// <remarks>
/// A handler may send a copy of a request without its options, so this flows with the calls as well. It is empty as soon as the request
/// is over: what a handler has begun and not awaited goes on with it, and works for other users, too.
/// </remarks>
internal sealed class UserSend
{
    private static readonly HttpRequestOptionsKey<UserSend> Key = new("AuthCode.Send");
    private static readonly AsyncLocal<UserSend?> Flowing = new();

    private volatile UserClientScopes? _sender;
    private volatile bool _isOver;

    private UserSend(UserClientScopes? sender, TokenHosts? hosts = null)
    {
        _sender = sender;
        Hosts = hosts ?? new TokenHosts();
    }

    /// <summary>Where the token may be sent.</summary>
    internal TokenHosts Hosts { get; }

    /// <summary>The scopes of the client that sends; <see langword="null"/> if they are those of no user, or the request is over.</summary>
    internal UserClientScopes? Sender => _sender;

    /// <summary>What a request is part of.</summary>
    internal static UserSend Of(HttpRequestMessage request) =>
        request.Options.TryGetValue(Key, out UserSend? send) ? send
        : Flowing.Value is { _isOver: false } flowing ? flowing
        : new UserSend(sender: null);

    /// <summary>Begins a request, or another attempt of it: that goes on with what is known of redirects.</summary>
    /// <param name="request">The request.</param>
    /// <param name="sender">The scopes of its client; <see langword="null"/> for those of the request whose handler sends this one.</param>
    /// <returns>The request that the calls flowed with before, for <see cref="Leave"/>, and what the same message is part of already, for <see cref="End"/>.</returns>
    internal static (UserSend Begun, UserSend? Outer, UserSend? Previous) Begin(HttpRequestMessage request, UserClientScopes? sender)
    {
        UserSend? previous = request.Options.TryGetValue(Key, out UserSend? found) ? found : null;
        UserSend? outer = Flowing.Value;

        // A handler of one user can raise an event, and the code of another one answers it in its own circuit.
        UserClientScopes? inherited = outer?._sender is { } scopes && !scopes.Scope.IsForeignToCaller ? scopes : null;
        var begun = new UserSend(sender ?? inherited, previous?.Hosts);
        request.Options.Set(Key, begun);
        Flowing.Value = begun;
        return (begun, outer, previous);
    }

    /// <summary>Has the calls flow with what they flowed with before.</summary>
    internal static void Leave(UserSend? outer) => Flowing.Value = outer;

    /// <summary>Ends the request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="previous">What the message was part of before.</param>
    internal void End(HttpRequestMessage request, UserSend? previous)
    {
        _isOver = true;
        _sender = null;
        if (previous is not null)
        {
            // Of a handler that passes the message through another client.
            request.Options.Set(Key, previous);
        }
    }
}
