using System.Diagnostics.CodeAnalysis;

namespace AuthCode;

/// <summary>What was asked of a server, or the reason why there is none.</summary>
internal sealed class Result<T>
    where T : class
{
    /// <param name="value">What was asked for.</param>
    /// <param name="standing">What it is beside what was asked for.</param>
    internal Result(T value, Standing standing = default)
    {
        Value = value;
        Standing = standing;
    }

    /// <param name="failure">The reason.</param>
    /// <param name="isFinal">Whether asking again would give the same reason.</param>
    internal Result(Failure failure, bool isFinal = false)
    {
        Failure = failure;
        IsFinal = isFinal;
    }

    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Failure))]
    internal bool IsSuccess => Value is not null;

    internal T? Value { get; }

    internal Failure? Failure { get; }

    internal bool IsFinal { get; }

    internal Standing Standing { get; }

    /// <exception cref="AuthenticationFailedException">There is none.</exception>
    internal T OrThrow() => IsSuccess ? Value : throw Failure.ToException();

    /// <summary>A part of the value, or the same reason.</summary>
    internal Result<TPart> Select<TPart>(Func<T, TPart> part)
        where TPart : class => IsSuccess ? new Result<TPart>(part(Value)) : new Result<TPart>(Failure, IsFinal);
}
