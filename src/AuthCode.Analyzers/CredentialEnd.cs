using Microsoft.CodeAnalysis;

namespace AuthCode.Analyzers;

/// <summary>Where the value of an expression ends.</summary>
internal readonly struct CredentialEnd(Sharing? shared = null, ISymbol? keeper = null, ISymbol? function = null, ISymbol? returnedBy = null, bool isReturned = false)
{
    /// <summary>What shares the value; <see langword="null"/> if nothing does.</summary>
    internal Sharing? Shared { get; } = shared;

    /// <summary>The local variable, or the field or property of the instance, that keeps the value; <see langword="null"/> if there is none.</summary>
    internal ISymbol? Keeper { get; } = keeper;

    /// <summary>The local variable that keeps the function in which the value is resolved; <see langword="null"/> if there is none.</summary>
    internal ISymbol? Function { get; } = function;

    /// <summary>The local function that returns the value; <see langword="null"/> if none does.</summary>
    internal ISymbol? ReturnedBy { get; } = returnedBy;

    /// <summary>Whether the member that contains the expression returns the value.</summary>
    internal bool IsReturned { get; } = isReturned;
}
