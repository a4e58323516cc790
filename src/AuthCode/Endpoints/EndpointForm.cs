using System.Diagnostics;

namespace AuthCode;

/// <summary>A form that a client posts to an endpoint of its server: a token request, a pushed authorization request, a revocation.</summary>
internal abstract class EndpointForm(Guid requestId, bool carriesProof = false, string? routingHint = null)
{
    /// <summary>The correlation id, the same for each repetition of the request.</summary>
    internal readonly Guid RequestId = requestId;

    /// <summary>Where Entra ID keeps the user, for the routing of a refresh.</summary>
    internal readonly string? RoutingHint = routingHint;

    /// <summary>Whether the request carries a proof of the client's key, if the client has one (RFC 9449 section 5).</summary>
    internal readonly bool CarriesProof = carriesProof;

    /// <summary>Called if the request is not over soon after its deadline; <see langword="null"/> if it is left alone then.</summary>
    internal Action? Overdue;

    /// <summary>Asked when all else is ready, directly before the form is sent; <see langword="null"/> if nothing can have changed meanwhile.</summary>
    internal Func<bool>? MayBeSent;

    /// <summary>The activity that the request is sent for; <see langword="null"/> if nobody traces it.</summary>
    internal Activity? Activity;

    /// <summary>Notes that the server has not looked at the form, which is to be sent once more.</summary>
    internal virtual void NoteUnused()
    {
    }

    /// <summary>Adds the fields beside those by which the client proves who it is.</summary>
    internal abstract void Write(FormBody form, ServerProfile profile);
}
