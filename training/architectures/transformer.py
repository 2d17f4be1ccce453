"""Pre-norm transformer blocks written with plain matrix products, so that the exported graph is plain too."""
from typing import Optional

import torch
from torch import Tensor, nn


class Attention(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.scale = (width // heads) ** -0.5
        self.query_key_value = nn.Linear(width, 3 * width)
        self.project = nn.Linear(width, width)

    def forward(self, x: Tensor, bias: Optional[Tensor]) -> Tensor:
        """`bias` [B,1,1,T] is added to the scores: a large negative number hides a token from the others."""
        batch, tokens, width = x.shape
        parts = self.query_key_value(x).reshape(-1, tokens, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        query, key, value = parts[0], parts[1], parts[2]
        scores = (query * self.scale) @ key.transpose(2, 3)
        if bias is not None:
            scores = scores + bias
        return self.project((scores.softmax(3) @ value).transpose(1, 2).reshape(-1, tokens, width))


class TransformerBlock(nn.Module):
    def __init__(self, width: int, heads: int, expansion: int):
        super().__init__()
        self.attention_norm = nn.LayerNorm(width, eps=1e-6)
        self.attention = Attention(width, heads)
        self.perceptron_norm = nn.LayerNorm(width, eps=1e-6)
        self.widen = nn.Linear(width, expansion * width)
        self.narrow = nn.Linear(expansion * width, width)

    def forward(self, x: Tensor, bias: Optional[Tensor] = None) -> Tensor:
        x = x + self.attention(self.attention_norm(x), bias)
        return x + self.narrow(torch.relu(self.widen(self.perceptron_norm(x))))
