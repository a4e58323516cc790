namespace AuthCode;

/// <summary>A grant on its way: where it goes, under which id, and what became of the attempts so far.</summary>
internal sealed class GrantExchange(Grant grant, Uri tokenEndpoint, Guid requestId)
{
    internal Grant Grant { get; } = grant;

    internal Uri TokenEndpoint { get; } = tokenEndpoint;

    /// <summary>The same on a repetition, so that both ends can tell that it is one.</summary>
    internal Guid RequestId { get; } = requestId;

    internal int Attempts { get; set; }

    internal int AnswersLost { get; set; } = grant.AnswersLostBefore;

    /// <summary>Why the first answer was lost: the cause that a later refusal must not hide.</summary>
    internal Failure? FirstLoss { get; set; }

    /// <summary>When the last attempt began: a token that it brings lives from then on at the earliest.</summary>
    internal DateTimeOffset RequestedOn { get; set; }

    /// <summary><see cref="RequestedOn"/> on the clock that nobody sets.</summary>
    internal long RequestedTimestamp { get; set; }
}
