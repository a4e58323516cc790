using System.Diagnostics.CodeAnalysis;

namespace AuthCode;

/// <summary>What was asked of a server, or the reason why there is none.</summary>
internal sealed class Result<T>
    where T : class
{
    /// <param name="value">What was asked for.</param>
    /// <param name="isProvisional">Whether it stands in for something better, which could not be had.</param>
    internal Result(T value, bool isProvisional = false)
    {
        Value = value;
        IsProvisional = isProvisional;
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

    internal bool IsProvisional { get; }

    /// <exception cref="AuthenticationFailedException">There is none.</exception>
    internal T OrThrow() => IsSuccess ? Value : throw Failure.ToException();

    /// <summary>A part of the value, or the same reason.</summary>
    internal Result<TPart> Select<TPart>(Func<T, TPart> part)
        where TPart : class => IsSuccess ? new Result<TPart>(part(Value)) : new Result<TPart>(Failure, IsFinal);
}
