namespace AuthCode;

/// <summary>A request could not be made, although the client had proved who it is: nothing was sent.</summary>
internal sealed class RequestNotMadeException(Failure failure) : Exception("The request could not be made.", failure.Cause)
{
    /// <summary>Why.</summary>
    internal Failure Failure { get; } = failure;
}
