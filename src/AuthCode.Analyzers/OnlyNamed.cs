using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AuthCode.Analyzers;

/// <summary>Names of types behind which no code of the type runs.</summary>
internal static class OnlyNamed
{
    /// <summary>
    /// Whether a name is in <c>nameof</c>, a documentation comment or a using directive, leads to a constant, or is that of a type whose name is read.
    /// </summary>
    /// <remarks>An alias and the members of a <c>using static</c> directive are reported where they are used; type arguments of an alias, which its use does not name, are reported in the directive.</remarks>
    internal static bool Contains(SimpleNameSyntax name, SemanticModel model, CancellationToken cancellationToken)
    {
        SyntaxNode whole = WithQualifiers(name);
        return whole.Parent is UsingDirectiveSyntax
            || IsNameRead(whole)
            || (whole.Parent is MemberAccessExpressionSyntax access && access.Expression == whole && model.GetSymbolInfo(access, cancellationToken).Symbol is IFieldSymbol { IsConst: true })
            || name.Ancestors().Any(static parent => parent is DocumentationCommentTriviaSyntax
                or InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.Text: "nameof" } });
    }

    // The type is loaded, but none of its members.
    private static bool IsNameRead(SyntaxNode type) =>
        type.Parent is TypeOfExpressionSyntax { Parent: MemberAccessExpressionSyntax { Name.Identifier.Text: "Name" or "FullName" } };

    // A name of a namespace may be an expression or a type, depending on where it is.
    private static SyntaxNode WithQualifiers(SyntaxNode name)
    {
        while ((name.Parent is QualifiedNameSyntax qualified && qualified.Right == name)
            || (name.Parent is AliasQualifiedNameSyntax alias && alias.Name == name)
            || (name.Parent is MemberAccessExpressionSyntax access && access.Name == name))
        {
            name = name.Parent;
        }

        return name;
    }
}
