using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AuthCode.Analyzers.Tests;

/// <summary>Runs the actions of an analyzer on the calling thread, whose stack a test chooses: the compiler's driver takes threads of its own.</summary>
internal sealed class DirectAnalysis : AnalysisContext
{
    private static readonly AnalyzerOptions NoOptions = new([]);
    private Action<CompilationStartAnalysisContext>? _start;

    /// <summary>Analyzes the bodies of methods.</summary>
    /// <returns>What is reported about them, apart from what is reported at the end of the compilation.</returns>
    internal static List<Diagnostic> Of(DiagnosticAnalyzer analyzer, Compilation compilation, IEnumerable<(ISymbol Method, ImmutableArray<IOperation> Blocks)> methods)
    {
        var context = new DirectAnalysis();
        analyzer.Initialize(context);
        var started = new Started(compilation);
        context._start!(started);
        List<Diagnostic> reported = [];
        foreach ((ISymbol method, ImmutableArray<IOperation> blocks) in methods)
        {
#pragma warning disable CS0618 // CompilationWithAnalyzers, which replaces it, does not run on the calling thread.
            started.Check!(new OperationBlockAnalysisContext(blocks, method, compilation, NoOptions, reported.Add, static _ => true, CancellationToken.None));
#pragma warning restore CS0618
        }

        return reported;
    }

    public override void RegisterCompilationStartAction(Action<CompilationStartAnalysisContext> action) => _start = action;

    public override void ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags analysisMode)
    {
    }

    public override void EnableConcurrentExecution()
    {
    }

    public override void RegisterCompilationAction(Action<CompilationAnalysisContext> action) => throw new NotSupportedException();

    public override void RegisterSemanticModelAction(Action<SemanticModelAnalysisContext> action) => throw new NotSupportedException();

    public override void RegisterSymbolAction(Action<SymbolAnalysisContext> action, ImmutableArray<SymbolKind> symbolKinds) => throw new NotSupportedException();

    public override void RegisterCodeBlockStartAction<TLanguageKindEnum>(Action<CodeBlockStartAnalysisContext<TLanguageKindEnum>> action) => throw new NotSupportedException();

    public override void RegisterCodeBlockAction(Action<CodeBlockAnalysisContext> action) => throw new NotSupportedException();

    public override void RegisterSyntaxTreeAction(Action<SyntaxTreeAnalysisContext> action) => throw new NotSupportedException();

    public override void RegisterSyntaxNodeAction<TLanguageKindEnum>(Action<SyntaxNodeAnalysisContext> action, ImmutableArray<TLanguageKindEnum> syntaxKinds) => throw new NotSupportedException();

    private sealed class Started(Compilation compilation) : CompilationStartAnalysisContext(compilation, NoOptions, CancellationToken.None)
    {
        internal Action<OperationBlockAnalysisContext>? Check { get; private set; }

        public override void RegisterOperationBlockAction(Action<OperationBlockAnalysisContext> action) => Check = action;

        public override void RegisterCompilationEndAction(Action<CompilationAnalysisContext> action)
        {
        }

        public override void RegisterSemanticModelAction(Action<SemanticModelAnalysisContext> action) => throw new NotSupportedException();

        public override void RegisterSymbolAction(Action<SymbolAnalysisContext> action, ImmutableArray<SymbolKind> symbolKinds) => throw new NotSupportedException();

        public override void RegisterCodeBlockStartAction<TLanguageKindEnum>(Action<CodeBlockStartAnalysisContext<TLanguageKindEnum>> action) => throw new NotSupportedException();

        public override void RegisterCodeBlockAction(Action<CodeBlockAnalysisContext> action) => throw new NotSupportedException();

        public override void RegisterSyntaxTreeAction(Action<SyntaxTreeAnalysisContext> action) => throw new NotSupportedException();

        public override void RegisterSyntaxNodeAction<TLanguageKindEnum>(Action<SyntaxNodeAnalysisContext> action, ImmutableArray<TLanguageKindEnum> syntaxKinds) => throw new NotSupportedException();
    }
}
